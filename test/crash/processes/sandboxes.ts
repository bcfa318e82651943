import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startSandboxes } from '../../../sandbox/start.js';

// Both sandboxes in a process of their own, in memory. They end when whoever started them is gone.
process.stdin.on('end', () => process.exit(1)).resume();

const { autotask, marketplace } = await startSandboxes({
  autotaskPort: 0,
  marketplacePort: 0,
  extensionUrl: () => 'http://127.0.0.1:1',
});

// A machine that stands still keeps a write longer than the settle time allows: then a run shows nothing about the product.
const lag = monitorEventLoopDelay({ resolution: 20 });
lag.enable();
setInterval(() => {
  const stalledMs = Math.round(lag.max / 1e6);
  lag.reset();
  if (stalledMs > 500) process.stdout.write(`${JSON.stringify({ stalledMs })}\n`);
}, 250);

process.stdout.write(`${JSON.stringify({ autotask: autotask.port, marketplace: marketplace.port })}\n`);
