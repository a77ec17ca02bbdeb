import { performance } from 'node:perf_hooks';
import { serverProcessorMs } from './server-time.mjs';

const MEBIBYTE = 1024 ** 2;
const TENTHS = 10;
const SAMPLES = 500;

/**
 * Watches a catch-up from within: `handled(position)` says that everything up to there is done. What happens before
 * `warmUp` events are handled is not measured.
 */
export class CatchUpMeter {
  marks = [];
  mostMemory = 0;
  begin;

  /**
   * @param events how many are measured, from the one behind the warm-up to the last of the log
   * @param serverPid the database server's, where it is a process of its own
   */
  constructor({ warmUp, events, serverPid }) {
    this.warmUp = warmUp;
    this.events = events;
    this.serverPid = serverPid;
    this.every = events / SAMPLES;
  }

  handled(position) {
    if (!this.begin) {
      if (position >= this.warmUp) this.start(position);
    } else if (position - this.marks.at(-1).position >= this.every) {
      this.mark(position);
    }
  }

  start(position) {
    this.begin = {
      memory: process.memoryUsage.rss(),
      cpu: process.cpuUsage(),
      server: this.server(),
    };
    this.mark(position);
  }

  mark(position) {
    this.marks.push({ position, time: performance.now() });
    this.mostMemory = Math.max(this.mostMemory, process.memoryUsage.rss());
  }

  /**
   * To be called when the last event is handled.
   *
   * @returns the rates, in events a second: in all, of the first and of the last tenth, and by processor time, of this
   *   process and of the server together, where that is known; the server's share of it; and by how much the resident
   *   set has grown
   */
  result() {
    this.mark(this.warmUp + this.events);
    const { memory, cpu, server } = this.begin;
    const { user, system } = process.cpuUsage(cpu);
    const processorMs = (user + system) / 1000;
    const serverMs = server === undefined ? undefined : this.server() - server;
    const [first, last] = [this.marks[0], this.marks.at(-1)];
    const count = last.position - first.position;
    const tenth = count / TENTHS;
    const perSecond = (ms) => (count / ms) * 1000;
    const isKnown = this.serverPid === undefined || serverMs !== undefined;
    return {
      count,
      perSecond: perSecond(last.time - first.time),
      perProcessorSecond: isKnown ? perSecond(processorMs + (serverMs ?? 0)) : undefined,
      serverShare: serverMs && serverMs / (processorMs + serverMs),
      firstTenth: rate(
        first,
        this.marks.find(({ position }) => position >= first.position + tenth),
      ),
      lastTenth: rate(
        this.marks.findLast(({ position }) => position <= last.position - tenth),
        last,
      ),
      grownMiB: (this.mostMemory - memory) / MEBIBYTE,
    };
  }

  server() {
    return this.serverPid === undefined ? undefined : serverProcessorMs(this.serverPid);
  }
}

function rate(from, to) {
  return ((to.position - from.position) / (to.time - from.time)) * 1000;
}
