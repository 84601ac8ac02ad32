// What package.json says of every file with "sideEffects": false, said of every statement: a bundle has few files.
// So a user's bundler leaves out what a module makes when it loads, where nothing uses it.
import ts from "typescript";

/** A transformer that marks what is called outside of all functions as free of effects. */
export function markPure(context) {
  const { factory } = context;
  const marked = (call) => ts.addSyntheticLeadingComment(call, ts.SyntaxKind.MultiLineCommentTrivia, " @__PURE__ ");

  /** An immediately called function around it, marked: for what has no call to mark, and what bundlers keep all the same. */
  const wrapped = (expression) => {
    const body = ts.isObjectLiteralExpression(expression) ? factory.createParenthesizedExpression(expression) : expression;
    const arrow = factory.createArrowFunction(undefined, undefined, [], undefined, undefined, body);
    return marked(factory.createCallExpression(factory.createParenthesizedExpression(arrow), undefined, []));
  };

  const calls = (node) => {
    if (ts.isFunctionLike(node)) return node;
    const visited = ts.visitEachChild(node, calls, context);
    return ts.isCallExpression(node) || ts.isNewExpression(node) ? marked(visited) : visited;
  };

  const constant = (node) => {
    if (!ts.isVariableDeclaration(node)) return node;
    const { name, initializer } = node;
    const pure = initializer && (contains(initializer, isKept) ? wrapped(initializer) : calls(initializer));
    return factory.updateVariableDeclaration(node, name, undefined, undefined, pure);
  };

  /** A class that runs something when it is declared becomes a constant: `const Name = (() => class Name { ... })()`. */
  const constantOf = (node) => {
    const { modifiers = [], name, heritageClauses, members } = node;
    const value = factory.createClassExpression(undefined, name, undefined, heritageClauses, members);
    const declaration = factory.createVariableDeclaration(name, undefined, undefined, wrapped(value));
    const list = factory.createVariableDeclarationList([declaration], ts.NodeFlags.Const);
    const exported = modifiers.filter(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    return ts.setTextRange(factory.createVariableStatement(exported, list), node);
  };

  const statement = (node) => {
    if (ts.isVariableStatement(node))
      return ts.visitEachChild(node, (list) => ts.visitEachChild(list, constant, context), context);
    return ts.isClassDeclaration(node) && node.members.some(runsWhenDeclared) ? constantOf(node) : node;
  };
  return (file) => ts.visitEachChild(file, statement, context);
}

// A static block, and a name that is computed, such as a symbol.
function runsWhenDeclared(member) {
  return ts.isClassStaticBlockDeclaration(member) || (member.name !== undefined && ts.isComputedPropertyName(member.name));
}

// What bundlers keep, since iterators and toString could do anything: a spread, and a text that is put together.
function isKept(node) {
  return ts.isSpreadElement(node) || ts.isSpreadAssignment(node) || ts.isTemplateExpression(node);
}

function contains(node, is) {
  return is(node) || (!ts.isFunctionLike(node) && ts.forEachChild(node, (child) => contains(child, is)) === true);
}
