import { openBridge } from './bridge/open-bridge.ts';
import { lockPage } from './lock-page.ts';
import { startStation } from './start.tsx';

lockPage(window);
const place = document.getElementById('root');
if (place !== null) startStation(openBridge(window), place);
