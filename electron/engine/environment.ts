/** What the engine gets of the window's environment: where things are, in which language, and how Docker is reached. */
const handedOn =
  /^(PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|XDG_RUNTIME_DIR|DOCKER_[A-Z_]+|AIRGAP_[A-Z_]+)$/;

/** Electron's and Node's own switches (NODE_OPTIONS, ELECTRON_RUN_AS_NODE) never reach the engine. */
export function engineEnvironment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(own).filter(([name]) => handedOn.test(name)));
}
