/** `simulator.*`: frames of the simulated camera, where one is configured. */
import { fail, ok } from '../../contract/result.ts';
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskHandlerTable } from '../dispatch.ts';

export function simulatorHandlers({ simulator }: DeskHouse): Pick<DeskHandlerTable, 'simulator.frame'> {
  return {
    'simulator.frame': async (_session, params) =>
      simulator === null
        ? fail('not_found', 'This station has no simulated camera.')
        : ok(await simulator.frame(params)),
  };
}
