import type { KycTier } from '../../contract/vocabulary.ts';
import { useText } from '../i18n/messages.ts';
import { Badge } from './notice.tsx';

export function TierBadge({ tier }: { readonly tier: KycTier }) {
  const text = useText();
  return <Badge tone={tier === 'standard' || tier === 'premium' ? 'pass' : 'plain'}>{text(`tier.${tier}`)}</Badge>;
}
