const BAR = 24;

/** Says what is being done, how far it is and how long it has taken: a bar on a terminal, lines elsewhere. */
export class Progress {
  done = 0;
  total = 0;
  heading = '';

  constructor(started, out = process.stdout) {
    this.started = started;
    this.out = out;
  }

  step(label) {
    const elapsed = `${String(Math.round((Date.now() - this.started) / 1000)).padStart(4)} s`;
    const count = `${String(this.done + 1).padStart(String(this.total).length)}/${this.total}`;
    if (this.out.isTTY) {
      const full = Math.round((this.done / this.total) * BAR);
      const bar = '█'.repeat(full) + '░'.repeat(BAR - full);
      const line = `${elapsed} ${bar} ${count} ${label}`.slice(0, (this.out.columns ?? 100) - 1);
      this.out.write(`\r\x1b[2K${line}`);
    } else {
      this.out.write(`${elapsed} ${count} ${label}\n`);
    }
    this.done += 1;
  }

  clear() {
    if (this.out.isTTY) this.out.write('\r\x1b[2K');
  }
}
