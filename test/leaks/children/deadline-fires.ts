// Nothing but the call keeps this process alive, and the call's operation never settles.
import { Policy } from "redress";

const [first] = await Promise.all([
  new Policy({ retry: { deadlineMs: 200 } }).execute(() => new Promise<never>(() => {})),
  // Another policy's idle timer must not let go of this one's.
  new Policy({ retry: { deadlineMs: 100 } }).execute(() => 1),
]);
console.log(first.ok || first.stopReason);
