import { useEffect, useState } from 'react';
import type { JobKind, JobView } from '../../contract/desk/jobs.ts';
import { useStation } from './loket-context.ts';

/** The last piece of long work of a kind: what the desk knows when the room opens, then its news. */
export function useJob<K extends JobKind>(kind: K): JobView<K> | null {
  const { bridge } = useStation();
  const [job, setJob] = useState<JobView<K> | null>(null);
  useEffect(() => {
    let wanted = true;
    const stop = bridge.on('jobs.changed', (news) => {
      if (news.kind === kind) setJob(news as JobView<K>);
    });
    void bridge
      .call('jobs.list', {})
      .then((answer) => {
        const last = answer.ok ? answer.value.find((each) => each.kind === kind) : undefined;
        if (wanted && last !== undefined) setJob((now) => now ?? (last as JobView<K>));
      })
      .catch(() => undefined);
    return () => {
      wanted = false;
      stop();
    };
  }, [bridge, kind]);
  return job;
}
