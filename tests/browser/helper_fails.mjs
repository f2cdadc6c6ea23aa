// Fails on purpose, with a sentence that the Rust test looks for.

import { check, run } from "./lib.mjs";

await run(async () => check(false, `the helper passes on what a script says, ${process.env.TO_WHOM}`));
