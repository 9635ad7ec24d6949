// Workers: copies of this very script that compute beside the page.

const SCRIPT = typeof document === "undefined" ? null : document.currentScript;

/** A worker that has opened a network and takes jobs (see worker.js). */
class Helper {
  constructor(network, trouble) {
    const source = new Blob([SCRIPT.textContent], { type: "text/javascript" });
    const address = URL.createObjectURL(source);
    this.worker = new Worker(address);
    this.waiting = new Map();
    this.tickets = 0;
    this.worker.onerror = ({ message }) => trouble(message);
    this.worker.onmessage = ({ data: { ticket, result, done } }) => {
      const { resolve, report } = this.waiting.get(ticket);
      if (!done) return report(result);
      this.waiting.delete(ticket);
      resolve(result);
    };
    this.worker.postMessage({ open: network });
  }

  /** What a job gives in the end; `report` gets what it gives on the way. */
  ask(job, given, report = () => {}) {
    const ticket = (this.tickets += 1);
    this.worker.postMessage({ job, ticket, ...given });
    return new Promise((resolve) => this.waiting.set(ticket, { resolve, report }));
  }

  stop() {
    this.worker.terminate();
  }
}

/** A function that asks one thing at a time, and of what it was told meanwhile only the last. */
function latestOnly(ask, use) {
  let next = null;
  let isBusy = false;
  return async (given) => {
    next = given;
    if (isBusy) return;
    isBusy = true;
    while (next) {
      const now = next;
      next = null;
      use(await ask(now), now);
    }
    isBusy = false;
  };
}
