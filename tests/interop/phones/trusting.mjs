// Registers once, for a process of its own: Node.js takes further authorities only when it starts.
import Softphone from 'ringcentral-softphone';

const phone = new Softphone(JSON.parse(process.argv[2]));
phone.client.on('error', (error) => {
  console.error(`${error.code}: ${error.message}`);
  process.exit(1);
});
await phone.register();
phone.revoke();
