/* What a policy, an event or a report says of a classifier is the name by which it is imported. */
import * as extras from "redress/extras";
import { expect, test } from "vitest";

const classifiers = Object.entries(extras).filter(([name]) => name.endsWith("Classifier"));

test.each(classifiers)("%s is called what it is", (name, classifier) => {
  expect((classifier as { readonly name: string }).name).toBe(name);
});
