import { openBridge } from './bridge/open-bridge.ts';
import { startStation } from './start.tsx';

const place = document.getElementById('root');
if (place !== null) startStation(openBridge(window), place);
