/** English: the queue of sealed captures, and verdicts that were reversed. */
export const enOutbox = {
  'outbox.pause': 'Pause sending',
  'outbox.resume': 'Resume sending',
  'outbox.ceiling': 'Speed limit for sending',
  'outbox.ceiling.none': 'No limit (or as installed)',
  'outbox.ceiling.of': '{speed} Mbit/s',
  'outbox.tell.verified': 'Tell the customer: the verification succeeded after all, the service can go on.',
  'outbox.tell.review': 'Tell the customer: the check is not finished, a supervisor will be in touch.',
  'outbox.tell.stopped': 'Hold the service that was opened and ask the customer to come back with the original KTP.',
  'outbox.refused':
    'Not accepted by head office; the evidence stays at this desk. Press “Send now”; if it is refused again, call IT.',
  'outbox.disk': 'Send by disk',
  'outbox.disk.what':
    'For when the line to the hub stays away. The file is sealed to the hub; nobody can open it on the way. The captures wait here until the hub’s acknowledgement is read.',
  'outbox.disk.hint': 'A disk attached to this desk, such as E:\\ or /media/disk.',
  'outbox.disk.export': 'Export what waits',
  'outbox.disk.written': '{count} captures written: {file}',
  'outbox.disk.unreadable': '{count} could not be read and wait on; call IT.',
  'outbox.disk.pick': 'Read the hub’s acknowledgement',
  'outbox.disk.acknowledged': 'Acknowledgement read: {delivered} taken in, {refused} refused.',
  'outbox.reversal.look': 'See the customer',
  'outbox.reversal.told': 'The customer was told',
};
