// Checks the signature of one webhook with the package of the standard, as a partner's server does.
import { Webhook } from "standardwebhooks";

const { SECRET: secret, OTHER_SECRET: otherSecret, BODY: body, HEADERS: headers } = process.env;
const told = new Webhook(secret).verify(body, JSON.parse(headers));
if (told.type !== "payment.succeeded") {
  throw new Error(`told of ${told.type}`);
}
for (const [wrongSecret, wrongBody] of [[otherSecret, body], [secret, body.replace("payment", "refund")]]) {
  let isVerified = true;
  try {
    new Webhook(wrongSecret).verify(wrongBody, JSON.parse(headers));
  } catch {
    isVerified = false;
  }
  if (isVerified) {
    throw new Error("what was not signed so was verified");
  }
}
