// @ts-check

/** Tells the parent that this process has loaded its code, and waits until all its siblings have. */
export async function startSignal() {
  const signal = new Promise((resolve) => process.once('message', resolve));
  process.send?.('ready');
  await signal;
  // An open channel would keep the process alive.
  process.disconnect();
}
