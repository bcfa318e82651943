import { startSandboxes } from '../../../sandbox/start.js';

// Both sandboxes in a process of their own, in memory. They end when whoever started them is gone.
process.stdin.on('end', () => process.exit(1)).resume();

const { autotask, marketplace } = await startSandboxes({
  autotaskPort: 0,
  marketplacePort: 0,
  extensionUrl: () => 'http://127.0.0.1:1',
});
process.stdout.write(`${JSON.stringify({ autotask: autotask.port, marketplace: marketplace.port })}\n`);
