import { initializeApp } from "firebase/app";
import {
  connectStorageEmulator,
  deleteObject,
  getDownloadURL,
  getStorage,
  ref,
  uploadBytes,
  uploadBytesResumable,
} from "firebase/storage";
import { answering, hanging, refusing } from "../servers.mjs";

let count = 0;
function at(address, path = "avatars/ada.png") {
  const [host, port] = address.replace("http://", "").split(":");
  const storage = getStorage(
    initializeApp({ apiKey: "not-a-key", projectId: "demo-shop", storageBucket: "demo-shop.appspot.com" }, `app${++count}`),
  );
  connectStorageEmulator(storage, host, Number(port));
  storage.maxOperationRetryTime = 300;
  storage.maxUploadRetryTime = 300;
  return ref(storage, path);
}
const answered = (code, message) => answering(code, { error: { code, message } });

export default {
  library: "firebase-storage",
  packages: ["firebase", "@firebase/storage"],
  cases: [
    {
      id: "unauthorized",
      provoked: "getDownloadURL, answered 403",
      how: "provoked",
      expected: "PERMISSION",
      because: "the security rules forbid it",
      run: async () => getDownloadURL(at(await answered(403, "Permission denied."))),
    },
    {
      id: "unauthenticated",
      provoked: "getDownloadURL, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "nobody is logged in",
      run: async () => getDownloadURL(at(await answered(401, "Permission denied. Please log in."))),
    },
    {
      id: "object-not-found",
      provoked: "deleteObject, answered 404",
      how: "provoked",
      expected: "PERMANENT",
      because: "there is no such object",
      run: async () => deleteObject(at(await answered(404, "Not Found.  Could not get object"))),
    },
    {
      id: "quota-exceeded",
      provoked: "uploadBytes, answered 402",
      how: "provoked",
      expected: "PERMANENT",
      because: "the quota of the project is used up until somebody pays for more",
      run: async () =>
        uploadBytes(
          at(
            await answered(
              402,
              "Quota has been exceeded for this project. Please visit the Firebase Storage console for upgrade options.",
            ),
          ),
          new Uint8Array(4),
        ),
    },
    {
      id: "retry-limit-exceeded.refused",
      provoked: "getDownloadURL, connection refused until the time for retries is over",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the service was out of reach all that time",
      run: async () => getDownloadURL(at(await refusing())),
    },
    {
      id: "canceled",
      provoked: "uploadBytesResumable, cancelled by the caller",
      how: "provoked",
      expected: "PERMANENT",
      because: "the caller did not want it any more",
      run: async () => {
        const task = uploadBytesResumable(at(await hanging()), new Uint8Array(4));
        task.cancel();
        return task;
      },
    },
  ],
};
