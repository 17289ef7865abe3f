import { openBridge, openCustomerBridge, type OpenedBridge } from './bridge/open-bridge.ts';
import { isCustomerScreen } from './bridge/websocket-bridge.ts';
import { lockPage } from './lock-page.ts';
import { keepClipboard } from './page-clipboard.ts';
import { startCustomerScreen, startStation } from './start.tsx';

lockPage(window);
/** Head office destroyed this desk's keys: a page of its own says so, for there is nothing left behind this one. */
const leaveWhenWiped = (opened: OpenedBridge): OpenedBridge => {
  opened.bridge.on('station.wiped', () => window.location.replace('./wiped.html'));
  return opened;
};

const clipboard = keepClipboard(window);
const place = document.getElementById('root');
if (place !== null) {
  if (isCustomerScreen(window.location.hash)) startCustomerScreen(leaveWhenWiped(openCustomerBridge(window)), place);
  else startStation(leaveWhenWiped(openBridge(window)), place, clipboard);
}
