import { openBridge, openCustomerBridge } from './bridge/open-bridge.ts';
import { isCustomerScreen } from './bridge/websocket-bridge.ts';
import { lockPage } from './lock-page.ts';
import { keepClipboard } from './page-clipboard.ts';
import { startCustomerScreen, startStation } from './start.tsx';

lockPage(window);
const clipboard = keepClipboard(window);
const place = document.getElementById('root');
if (place !== null) {
  if (isCustomerScreen(window.location.hash)) startCustomerScreen(openCustomerBridge(window), place);
  else startStation(openBridge(window), place, clipboard);
}
