import type { ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';

interface TabSetProps<T extends string> {
  readonly label: string;
  readonly tabs: readonly { readonly id: T; readonly title: ReactNode; readonly content: ReactNode }[];
  /** Left out, the first one is open. */
  readonly selected?: T;
  readonly onSelect?: (id: T) => void;
  readonly testId?: string;
}

/** A few views of one thing. Arrow keys go between the tabs, Tab into the view. */
export function TabSet<T extends string>({ label, tabs, selected, onSelect, testId }: TabSetProps<T>) {
  return (
    <Tabs
      className="tab-set"
      {...(selected === undefined ? {} : { selectedKey: selected })}
      onSelectionChange={(key) => onSelect?.(key as T)}
      {...(testId === undefined ? {} : { 'data-testid': testId })}
    >
      <TabList className="tab-list" aria-label={label}>
        {tabs.map(({ id, title }) => (
          <Tab key={id} id={id} data-testid={testId === undefined ? undefined : `${testId}-${id}`}>
            {title}
          </Tab>
        ))}
      </TabList>
      {tabs.map(({ id, content }) => (
        <TabPanel key={id} id={id} className="tab-panel">
          {content}
        </TabPanel>
      ))}
    </Tabs>
  );
}
