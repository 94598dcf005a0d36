#!/bin/sh
# run.sh PROGRAM.ts [ARGUMENTS]: what the scripts in package.json are made of. Installs the locked packages where they are missing, with
# whatever Node is there, and becomes the program on the locked Node 24. Started by npm in the repository's folder.
set -eu
node install-locked.mjs "$@"
exec node_modules/.bin/node "$@"
