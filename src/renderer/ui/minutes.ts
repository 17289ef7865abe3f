import type { Text } from '../i18n/messages.ts';

/** `12 menit`, `2 jam 5 menit`. */
export function minutesText(text: Text, minutes: number): string {
  const whole = Math.round(minutes);
  if (whole < 60) return text('age.minutes', { minutes: whole });
  return text('age.hours', { hours: Math.floor(whole / 60), minutes: whole % 60 });
}
