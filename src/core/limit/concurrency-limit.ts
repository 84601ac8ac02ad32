/* How a limit on concurrency follows what a dependency can do. Told the time. */
import { type Latency, LatencyWindow } from "./latency-window.ts";

export interface ConcurrencyBounds {
  readonly min: number;
  readonly max: number;
  readonly initial: number;
}

const P = { tol: 0.05, z: 1.5, q: 0.5, hold: 0.7, minSamples: 50, f0: 0.85, maxN: 3000, jump: 4, smooth: 0.5, known: 1000 };

export class ConcurrencyLimit {
  readonly #min: number;
  readonly #max: number;
  #estimate: number;
  #level: number;
  #base: Latency | null = null;
  #window: LatencyWindow;
  #warm = false;
  #depth = 0.5;
  #probe: { from: number; log: number; use: number } | null = null;
  #probeAt = 0;
  #probeBegan = 0;
  #interval = 0;
  #settle = 0;
  #descent: { from: number; use: number; log: number; last: number; patience: number } | null = null;
  #growths = 0;
  #starting = true;
  #proven = 0;

  constructor({ min, max, initial }: ConcurrencyBounds, nowMs: number) {
    this.#min = min;
    this.#max = max;
    this.#estimate = initial;
    this.#level = initial;
    this.#window = new LatencyWindow(nowMs, 0);
  }

  get limit(): number {
    return this.#level;
  }

  begun(inUse: number): void {
    if (inUse > this.#window.peak) this.#window.peak = inUse;
  }

  refused(nowMs: number, inUse: number): void {
    this.#window.refusals++;
    this.#check(nowMs, inUse);
  }

  answered(nowMs: number, tookMs: number, use: number, inUse: number, late: boolean): void {
    const window = this.#window;
    if (this.#probe && window.beganMs === Infinity && (inUse < this.#level || nowMs > this.#probeBegan + 20 * this.#settle))
      window.beganMs = nowMs + this.#settle;
    if (!(nowMs >= window.beganMs) || !(tookMs >= 0)) return;
    window.add(tookMs, use);
    if (late) window.timeouts++;
    this.#check(nowMs, inUse);
  }

  #check(nowMs: number, inUse: number): void {
    const window = this.#window;
    const heard = window.samples + window.refusals;
    const age = nowMs - window.beganMs;
    if (age < 100 || heard < 10 || (heard < P.minSamples && age < 1000) || age < 2 * window.meanMs) return;
    const before = this.#level;
    if (this.#warm) this.#close(nowMs, window, window.samples >= 10 ? window.latency : null);
    this.#warm = true;
    this.#estimate = Math.min(this.#max, Math.max(this.#min, this.#estimate));
    if (!this.#probe) this.#level = Math.round(this.#estimate);
    if (window.samples) this.#settle = window.meanMs;
    this.#window = new LatencyWindow(this.#probe ? Infinity : nowMs + (this.#level < before ? window.meanMs : 0), inUse);
  }

  #average(base: Latency, r: Latency): void {
    const samples = Math.min(base.samples, P.maxN);
    const k = r.samples / (r.samples + samples);
    this.#base = {
      log: base.log + k * (r.log - base.log),
      variance: (1 - k) ** 2 * base.variance + k * k * r.variance,
      samples: samples + r.samples,
    };
  }

  #close(nowMs: number, w: LatencyWindow, r: Latency | null): void {
    if (w.refusals > 0) {
      this.#estimate *= Math.max(0.5, 1 - w.refusals / (w.refusals + w.samples));
      if (this.#probe) {
        this.#estimate = Math.min(this.#estimate, this.#probe.from);
        this.#probe = null;
      }
    }
    if (r === null) return;
    if (this.#base === null) {
      this.#base = r;
      this.#startProbe(nowMs, w, r);
      return;
    }
    const err = Math.sqrt(this.#base.variance + r.variance);
    const lower = r.log < this.#base.log - P.jump * err - 0.02;
    if (lower) this.#base = r;
    const binding = w.peak >= this.#level / 2;
    if (this.#probe) {
      const { from, log, use } = this.#probe;
      this.#probe = null;
      const span = use - w.logUse;
      const elasticity = span > 0 ? (log - r.log) / span : 0;
      if (lower) {
        this.#starting = false;
        this.#growths = 0;
        this.#estimate = Math.min(from, Math.exp(use + Math.min(0, r.log - log)));
      } else {
        if (span >= 0.05) this.#average(this.#base, r);
        this.#estimate = from;
      }
      if (span < 0.05 || (lower && elasticity > 0.75)) {
        this.#depth = Math.max(0.5, this.#depth * this.#depth);
        this.#interval = 0;
      } else {
        this.#depth = P.f0;
        const cost = nowMs - this.#probeBegan;
        this.#interval =
          this.#base.samples < P.known
            ? 3 * cost
            : Math.min(Math.max(this.#interval * 2, 20 * cost), Math.max(30_000, 40 * cost));
      }
      this.#probeAt = nowMs + this.#interval;
      return;
    }
    const margin = Math.max(P.tol, P.z * err);
    const excess = r.log - this.#base.log;
    const queueing = excess > margin;
    if (!binding) {
      if (!queueing || w.peak <= this.#proven) this.#average(this.#base, r);
      else this.#estimate = Math.min(this.#estimate, 2 * w.peak);
      return;
    }
    const q = P.q * Math.sqrt(this.#estimate);
    if (!queueing) {
      this.#descent = null;
      this.#proven = Math.max(this.#proven, Math.exp(w.logUse));
      this.#growths++;
      if (this.#starting) this.#estimate *= 2;
      else this.#estimate += Math.min(this.#estimate / 2, Math.max(0.5, q) * 2 ** Math.max(0, this.#growths - 3));
    } else {
      this.#starting = false;
      this.#growths = 0;
      this.#proven = Math.min(this.#proven, Math.exp(w.logUse));
      const late = w.timeouts > 0.1 * w.samples;
      let d = this.#descent;
      if (d === null || w.logUse > d.use)
        d = this.#descent = { from: this.#level, use: w.logUse, log: r.log, last: r.log, patience: 0 };
      let target = this.#estimate * Math.max(0.5, Math.exp(margin - excess)) + q;
      if (!late && d.use - w.logUse > -Math.log(P.hold) - 0.05) {
        const elasticity = (d.log - r.log) / (d.use - w.logUse);
        if (elasticity > 0.5) {
          d.use = w.logUse;
          d.from = this.#level;
          d.log = r.log;
          d.patience = 0;
        } else if (d.last - r.log > 2 * err + 0.02) {
          d.patience = 0;
          target = this.#estimate;
        } else if (++d.patience < 3) target = this.#estimate;
        else {
          this.#base = r;
          this.#estimate = d.from;
          this.#descent = null;
          return;
        }
      }
      d.last = r.log;
      if (!late) target = Math.max(target, P.hold * Math.exp(d.use));
      this.#estimate += (Math.abs(target / this.#estimate - 1) < 0.2 ? P.smooth : 1) * (target - this.#estimate);
    }
    if (nowMs >= this.#probeAt && !this.#starting) this.#startProbe(nowMs, w, r);
  }

  #startProbe(nowMs: number, w: LatencyWindow, r: Latency): void {
    const to = Math.max(this.#min, 1, Math.round(Math.min(this.#estimate, Math.exp(w.logUse)) * this.#depth));
    if (to >= Math.round(this.#estimate)) return;
    this.#probe = { from: this.#estimate, log: r.log, use: w.logUse };
    this.#probeBegan = nowMs;
    this.#level = to;
  }
}
