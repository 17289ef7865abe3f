import type { idOperations } from './id-operations.ts';

/** English: the state of the counter and its models. */
export const enOperations: Readonly<Record<keyof typeof idOperations, string>> = {
  'operations.title': 'Operations',
  'operations.address': 'API address:',
  'operations.vision': 'Picture checks',
  'operations.vision.ready': 'Ready',
  'operations.vision.starting': 'Starting',
  'operations.vision.down': 'Stopped',
  'operations.vision.remedy':
    'Cases are still saved and reviewed. If it does not recover within a minute, restart Loket.',
  'operations.restarts': '{count, plural, one {# restart} other {# restarts}}',
  'operations.models': 'Models',
  'operations.complete': 'Complete',
  'operations.incomplete': 'Incomplete',
  'operations.modelCount': '{ready} of {all} tasks have a model',
  'operations.models.remedy': 'Run "loket models install". Without models, cases go to a supervisor.',
  'operations.database': 'Database',
  'operations.good': 'Good',
  'operations.bad': 'Trouble',
  'operations.megabytes': '{size} MB',
  'operations.database.remedy': 'Do not switch the computer off. Call IT.',
  'operations.audit': 'Audit trail',
  'operations.audit.intact': 'Intact',
  'operations.audit.broken': 'Broken',
  'operations.audit.rows': '{count, plural, one {# entry} other {# entries}}',
  'operations.audit.remedy': 'Stop serving at this counter and call compliance.',
  'models.role': 'Role',
  'models.id': 'Model',
  'models.state': 'State',
  'models.licence': 'Licence',
  'models.evaluation': 'Evaluation only',
};
