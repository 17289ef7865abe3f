import { FolderOpen } from 'lucide-react';
import { useRef } from 'react';
import { Button } from '../../ui/button.tsx';

/** The system's own file dialog behind a button that a finger and a keyboard reach alike. */
export function FilePick({
  label,
  accept,
  multiple = false,
  onFiles,
  testId,
}: {
  readonly label: string;
  readonly accept: string;
  readonly multiple?: boolean;
  readonly onFiles: (files: readonly File[]) => void;
  readonly testId: string;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button
        icon={<FolderOpen size={20} aria-hidden="true" />}
        onPress={() => input.current?.click()}
        testId={`${testId}-pick`}
      >
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        multiple={multiple}
        data-testid={testId}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
    </>
  );
}
