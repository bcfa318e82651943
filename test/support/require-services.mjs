// `npm run test:services` means the real servers: silently falling back to the embedded ones would prove nothing.
const missing = ['DATABASE_URL', 'REDIS_URL'].filter((name) => !process.env[name]);
if (missing.length > 0) {
  process.stderr.write(`${missing.join(' and ')} must be set; .ci/services.sh starts both servers and sets them.\n`);
  process.exit(1);
}
