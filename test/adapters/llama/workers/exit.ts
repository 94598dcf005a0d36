/** Ends without an answer, with an error. */
process.exit(7);
