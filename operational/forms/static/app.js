// What every page starts: each module looks for its own markup and does nothing where there is none.
import './day-box.js';
import './type-ahead.js';
import { startCopyLink } from './copy-link.js';
import { startDialogs } from './dialogs.js';
import { startLineTables } from './line-table.js';
import { startLists } from './list.js';
import { startOnce } from './once.js';
import { startMoney } from './money.js';
import { startPalette } from './palette.js';
import { startRecordForm } from './record-form.js';
import { startShortcuts } from './shortcuts.js';
import { startTheme } from './theme.js';
import { startToasts } from './toasts.js';

startTheme();
startToasts();
startCopyLink();
startDialogs();
startPalette();
startShortcuts();
startLists();
startLineTables();
startRecordForm();
startMoney();
startOnce();
