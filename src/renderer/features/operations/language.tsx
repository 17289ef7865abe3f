import { Radio, RadioGroup } from 'react-aria-components';
import type { Language as Spoken } from '../../i18n/messages.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { textSizes, type TextSize, type Theme } from '../../state/loket-store.ts';

/** What this screen speaks and how it looks; remembered on this machine. */
export function Language() {
  const text = useText();
  const { store } = useStation();
  const language = useLoket((state) => state.language);
  const theme = useLoket((state) => state.theme);
  const textSize = useLoket((state) => state.textSize);
  return (
    <>
      <RadioGroup
        className="choices sheet"
        aria-label={text('frame.language')}
        value={language}
        onChange={(value) => store.speak(value as Spoken)}
      >
        <h2>{text('frame.language')}</h2>
        <Radio className="choice" value="id" data-testid="speak-id">
          <span lang="id">Bahasa Indonesia</span>
        </Radio>
        <Radio className="choice" value="en" data-testid="speak-en">
          <span lang="en">English</span>
        </Radio>
        <p className="muted">{text('language.customer')}</p>
      </RadioGroup>
      <RadioGroup
        className="choices sheet"
        aria-label={text('language.look')}
        value={theme}
        onChange={(value) => store.dress(value as Theme)}
      >
        <h2>{text('language.look')}</h2>
        <Radio className="choice" value="light">
          {text('language.look.light')}
        </Radio>
        <Radio className="choice" value="contrast">
          {text('frame.contrast')}
        </Radio>
      </RadioGroup>
      <RadioGroup
        className="choices sheet"
        aria-label={text('language.textSize')}
        value={String(textSize)}
        onChange={(value) => store.enlarge(Number(value) as TextSize)}
      >
        <h2>{text('language.textSize')}</h2>
        {textSizes.map((size) => (
          <Radio key={size} className="choice" value={String(size)} data-testid={`text-size-${size}`}>
            {`${size} %`}
          </Radio>
        ))}
      </RadioGroup>
    </>
  );
}
