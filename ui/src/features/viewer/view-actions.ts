/** Actions on how the planes lie, and on the plane in hand: what pen and wheel do, for the keyboard. */

import type { Pane } from '../../engine/pane';
import type { Action } from '../../model/actions';
import { canvasPoint } from '../../model/space';
import { zoomView } from '../../model/view';
import { withoutTable } from '../../model/window';
import { t } from '../../shared/messages';
import { placeIn } from '../../tools/place';
import { ZOOM_STEP } from '../../tools/zoom';
import { paneInHand } from './hand';
import { arrange, inLayout, LAYOUTS, maximisedOrAll, nextPane, withMain } from './layout';
import type { ViewerSession } from './session';
import { crossingOf } from './turning';

/** A step of a key, of the window's width. */
const WIDTH_STEP = 1.1;
const LEVEL_STEP = 0.05;

export function layoutActions(session: ViewerSession): Action[] {
  const isOneMain = () => session.state.together === 'large' || session.state.maximised !== null;
  return [
    ...LAYOUTS.map((layout) => ({
      id: `viewer.layout.${layout}`,
      label: t(`viewer.layout.${layout}`),
      run: () => arrange(session, inLayout(session.state, layout)),
    })),
    {
      id: 'viewer.layout.next_plane',
      label: t('viewer.layout.next_plane'),
      run: () =>
        arrange(session, withMain(session.state, nextPane(session.planes, session.state.main))),
      isEnabled: isOneMain,
    },
    ...session.planes.map(({ name }) => ({
      id: `viewer.maximise.${name}`,
      label: t('viewer.maximise', { plane: t(`viewer.plane.${name}`) }),
      run: () => arrange(session, maximisedOrAll(session.state, name)),
    })),
  ];
}

export function viewActions(session: ViewerSession): Action[] {
  const onPane = (run: (pane: Pane) => void) => () => {
    const pane = paneInHand(session);
    if (pane !== undefined) run(pane);
  };
  const scroll = (by: 1 | -1) =>
    onPane(({ plane }) => session.scroll(plane, by, performance.now()));
  const zoom = (factor: number) =>
    onPane((pane) => {
      const { shownPlane: plane, view, canvas } = pane;
      const middle = canvasPoint(canvas.width / 2, canvas.height / 2);
      pane.view = zoomView(plane, view, canvas, middle, factor);
    });
  const window = (factor: number, shift: number) => () => {
    const { width, center } = session.state.window;
    const plain = withoutTable(session.state.window);
    session.setWindow({ ...plain, width: width * factor, center: center + shift * width });
  };
  return [
    { id: 'viewer.slice.next', label: t('viewer.slice.next'), run: scroll(1) },
    { id: 'viewer.slice.previous', label: t('viewer.slice.previous'), run: scroll(-1) },
    { id: 'viewer.zoom.in', label: t('viewer.zoom.in'), run: zoom(ZOOM_STEP) },
    { id: 'viewer.zoom.out', label: t('viewer.zoom.out'), run: zoom(1 / ZOOM_STEP) },
    { id: 'viewer.centre', label: t('viewer.action.centre'), run: () => centre(session) },
    {
      id: 'viewer.window.wider',
      label: t('viewer.window.wider'),
      run: window(WIDTH_STEP, 0),
    },
    {
      id: 'viewer.window.narrower',
      label: t('viewer.window.narrower'),
      run: window(1 / WIDTH_STEP, 0),
    },
    { id: 'viewer.window.up', label: t('viewer.window.up'), run: window(1, LEVEL_STEP) },
    { id: 'viewer.window.down', label: t('viewer.window.down'), run: window(1, -LEVEL_STEP) },
  ];
}

/** Brings the crosshair to the middle of every plane. */
function centre(session: ViewerSession): void {
  for (const pane of session.stage.panes) {
    const { grid } = session;
    const crossing = crossingOf(grid, session.state);
    const plane = pane.shownPlane;
    pane.view = { ...pane.view, centre: placeIn({ grid, plane }, crossing) };
  }
}
