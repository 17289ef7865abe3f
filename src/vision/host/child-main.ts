/** Entry of the vision process. */
import { createInlineVision } from '../create-vision.ts';
import { openParentPort } from './parent-port.ts';
import { serveVision } from './serve-vision.ts';

const port = openParentPort();
if (port === null) {
  process.stderr.write('This is the vision process of Loket; it is started by Loket itself.\n');
  process.exitCode = 2;
} else {
  serveVision(
    port,
    (options) => createInlineVision(options),
    () => process.exit(0),
  );
}
