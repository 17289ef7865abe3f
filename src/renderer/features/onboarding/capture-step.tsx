import { Camera, Keyboard, Sun } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { OnboardingView } from '../../../contract/desk/answers.ts';
import { defaultLimits } from '../../../core/onboarding/machine.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Progress } from '../../ui/progress.tsx';
import { Advice } from './advice.tsx';
import { CameraChoicePicker, CameraStage } from './camera-stage.tsx';
import { CardSources } from './card-sources.tsx';
import { Cue } from './cue.tsx';
import { Lights } from './lights.tsx';
import { CardOutline, FaceOval } from './outlines.tsx';
import { StepFrame } from './step-frame.tsx';
import { useCamera } from './use-camera.ts';
import { useCapture, type CapturePhase } from './use-capture.ts';
import { useCoach } from './use-coach.ts';
import { WithoutSelfie } from './without-selfie.tsx';

/** The desk works: nothing to do but wait, and the screen says what for. */
function Judging({ kind }: { readonly kind: 'card' | 'selfie' }) {
  const text = useText();
  return (
    <div className="stage stage-wait" role="status" data-testid="judging">
      <Progress label={text(`capture.judging.${kind}`)} value={null} />
    </div>
  );
}

/** Said aloud only once it has stood for a moment: three changes a second are noise to somebody who listens. */
function SpokenAdvice({ words }: { readonly words: string }) {
  const [said, setSaid] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSaid(words), 900);
    return () => clearTimeout(timer);
  }, [words]);
  return (
    <p className="hidden-text" role="status" data-testid="spoken-advice">
      {said}
    </p>
  );
}

function LiveAdvice({
  code,
  phase,
  ready,
  automatic,
  kind,
}: {
  readonly code: string | null;
  readonly phase: CapturePhase;
  readonly ready: boolean;
  /** The capture starts by itself; else somebody has to press. */
  readonly automatic: boolean;
  readonly kind: 'card' | 'selfie';
}) {
  const text = useText();
  let words = text(`capture.aim.${kind}`);
  if (phase !== 'aim') words = text('capture.hold');
  else if (ready) words = text(automatic ? 'capture.ready' : 'capture.readyToPress');
  else if (code !== null) words = text.reason(code);
  return (
    <>
      <p className="live-advice" data-testid="live-advice">
        {words}
      </p>
      <SpokenAdvice words={words} />
    </>
  );
}

/** After the first miss: how many tries there are, and what comes after them. */
function Tries({ done, kind }: { readonly done: number; readonly kind: 'card' | 'selfie' }) {
  const text = useText();
  const limit = kind === 'card' ? defaultLimits.cardTries : defaultLimits.selfieTries;
  if (done === 0 || done > limit) return null;
  return (
    <p className="muted" data-testid="tries">
      {text(`capture.tries.${kind}`, { count: done, limit })}
    </p>
  );
}

/** Card and selfie are the same act: aim with advice, hold, light, frames, judgement. */
export function CaptureStep({ view, kind }: { readonly view: OnboardingView; readonly kind: 'card' | 'selfie' }) {
  const text = useText();
  const { store } = useStation();
  const busy = useLoket((state) => state.busy !== null);
  const scene = kind === 'card' ? 'card' : 'face';
  const camera = useCamera(scene);
  const { phase, empty, capture } = useCapture(kind, camera.source);
  // The first attempt starts by itself; after one that was not good enough the advice is read first.
  const failedBefore = view.attempts[kind] > 0 || view.advice.length > 0 || empty;
  const [again, setAgain] = useState(false);
  const automatic = !failedBefore || again;
  const taking = useLoket((state) => state.busy === 'onboarding.useScan' || state.busy === 'onboarding.useFile');
  const [deciding, setDeciding] = useState(false);
  const aiming = phase === 'aim' && camera.source !== null && !taking && !deciding;
  const { answer, streak, advice } = useCoach(scene, camera.source, aiming, automatic, () => {
    setAgain(false);
    capture();
  });
  const good = answer?.ready === true && advice === null;
  const press = () => {
    setAgain(false);
    capture();
  };
  const Outline = kind === 'card' ? CardOutline : FaceOval;
  const stage =
    phase === 'judge' || taking ? (
      <Judging kind={kind} />
    ) : (
      <CameraStage
        camera={camera}
        mirrored={kind === 'selfie'}
        overlay={
          camera.source === null ? null : <Outline source={camera.source} answer={answer} streak={streak} good={good} />
        }
      />
    );
  return (
    <StepFrame
      step={kind}
      testId={`step-${kind}`}
      dark
      guide={
        <div className="stack">
          <h2>{text('guide.title')}</h2>
          <LiveAdvice code={advice} phase={phase} ready={good} automatic={automatic} kind={kind} />
          <Lights answer={answer} scene={scene} />
          {phase === 'aim' ? <Advice reasons={view.advice} /> : null}
          <Tries done={view.attempts[kind]} kind={kind} />
          {empty ? <p className="word-stop">{text('capture.empty')}</p> : null}
          <p className="muted guide-note">
            <Sun size={20} aria-hidden="true" />
            {text(`capture.light.${kind}`)}
          </p>
          {camera.missing === null ? null : (
            <Notice tone="review" live testId="camera-missing">
              {text('camera.pinnedMissing', { name: camera.missing })}
            </Notice>
          )}
          {camera.first === null ? null : (
            <Notice live testId="camera-first">
              {text('camera.first', { name: camera.first })}
            </Notice>
          )}
          {kind === 'card' ? <CardSources disabled={phase !== 'aim' || busy} /> : null}
          <CameraChoicePicker camera={camera} />
        </div>
      }
      actions={
        <>
          {kind === 'card' && view.attempts.card >= defaultLimits.cardTries ? (
            <Button
              icon={<Keyboard size={20} aria-hidden="true" />}
              onPress={() => void store.onboard('onboarding.typeCard', {})}
              disabled={busy || phase !== 'aim'}
              testId="type-card"
            >
              {text('capture.type')}
            </Button>
          ) : null}
          {kind === 'selfie' && view.attempts.selfie === 0 && !view.faceOnly ? (
            <Button
              onPress={() => void store.onboard('onboarding.retake', { step: 'card' })}
              disabled={busy || phase !== 'aim'}
              testId="retake-card"
            >
              {text('capture.retakeCard')}
            </Button>
          ) : null}
          {kind === 'selfie' && !view.faceOnly ? (
            <WithoutSelfie disabled={busy || phase !== 'aim'} onOpenChange={setDeciding} />
          ) : null}
          {failedBefore && !again ? (
            <Button onPress={() => setAgain(true)} disabled={!aiming || busy} testId="capture-again">
              {text('capture.again')}
            </Button>
          ) : null}
          <Button
            kind="primary"
            icon={<Camera size={22} aria-hidden="true" />}
            onPress={press}
            disabled={!aiming || busy}
            testId={kind === 'card' ? 'capture-card' : 'capture-selfie'}
          >
            {text(`capture.take.${kind}`)}
          </Button>
        </>
      }
    >
      {stage}
      <Cue advice={phase === 'aim' ? advice : null} />
    </StepFrame>
  );
}
