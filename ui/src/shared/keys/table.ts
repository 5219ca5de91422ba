/** The keys that actions come with, by their ids, in each preset. The first of several is the main one. */

/** Whose keys or mouse the user is used to. */
export const PRESETS = ['annotomy', 'slicer', 'itk_snap', 'mitk', 'pacs'] as const;

/** One of them. */
export type Preset = (typeof PRESETS)[number];

/** Every action that has keys in some preset, with those of Annotomy. */
const ANNOTOMY = {
  'app.palette': ['Ctrl+K'],
  'app.shortcuts': ['?'],
  'app.open_folder': ['Ctrl+O'],
  'app.open_file': ['Ctrl+Shift+O'],
  'app.home': ['Ctrl+H'],
  'app.protocol': ['Ctrl+L'],
  'app.import': ['Ctrl+I'],
  'app.export': ['Ctrl+E'],
  'edit.undo': ['Ctrl+Z'],
  'edit.redo': ['Ctrl+Shift+Z', 'Ctrl+Y'],
  'segments.add': ['Ctrl+Enter'],
  'segments.next': ['Alt+↓'],
  'segments.previous': ['Alt+↑'],
  'segments.toggle_visibility': ['Alt+V'],
  'segments.toggle_lock': ['Alt+L'],
  'segments.delete': ['Shift+Delete'],
  'panels.toggle': ['Ctrl+B'],
  'panels.history': ['Alt+1'],
  'panels.metadata': ['Alt+2'],
  'panels.report': ['Alt+3'],
  'viewer.tool.navigate': ['1'],
  'viewer.tool.window': ['2'],
  'viewer.tool.brush': ['3', 'B'],
  'viewer.tool.eraser': ['4', 'E'],
  'viewer.tool.draw': ['5', 'D'],
  'viewer.tool.fill': ['6', 'G'],
  'viewer.tool.last': ['Space'],
  'viewer.brush.larger': [']', '+'],
  'viewer.brush.smaller': ['[', '-'],
  'viewer.brush.sphere': ['P'],
  'viewer.layout.four': ['F6'],
  'viewer.layout.large': ['F7'],
  'viewer.layout.one': ['F8'],
  'viewer.layout.space': ['Shift+F8'],
  'viewer.layout.next_plane': ['F9'],
  'viewer.slice.next': ['Alt+→'],
  'viewer.slice.previous': ['Alt+←'],
  'viewer.zoom.in': ['Z'],
  'viewer.zoom.out': ['Shift+Z'],
  'viewer.window.wider': ['W'],
  'viewer.window.narrower': ['Shift+W'],
  'viewer.window.up': ['L'],
  'viewer.window.down': ['Shift+L'],
  'viewer.window.1': [],
  'viewer.window.2': [],
  'viewer.window.3': [],
  'viewer.window.4': [],
  'viewer.window.5': [],
  'viewer.window.6': [],
  'viewer.window.7': [],
  'viewer.window.8': [],
  'viewer.window.9': [],
  'viewer.crosshair': ['X'],
  'viewer.fit': ['F'],
  'viewer.centre': ['C'],
  'viewer.reset': ['R'],
  'viewer.invert': ['I'],
  'viewer.interpolate': ['N'],
  'viewer.toggle_segments': ['S'],
  'viewer.outline': ['O'],
  'viewer.volume.previous': [','],
  'viewer.volume.next': ['.'],
  'viewer.volume.play': ['/'],
  'viewer.segments.copy_to_previous': ['<'],
  'viewer.segments.copy_to_next': ['>'],
} as const satisfies Record<string, readonly string[]>;

/** An action of the table. */
export type KeyedAction = keyof typeof ANNOTOMY;

type Keys = Readonly<Partial<Record<KeyedAction, readonly string[]>>>;

/**
 * Where a preset differs. 3D Slicer: the user guide's page on the segment editor. ITK-SNAP: its table of
 * shortcuts. MITK: the first letter of a tool. PACS: as in OsiriX and Horos.
 */
const DIFFERENT: Readonly<Record<Preset, Keys>> = {
  annotomy: {},
  slicer: {
    'edit.undo': ['Ctrl+Z', 'Z'],
    'edit.redo': ['Ctrl+Y', 'Y'],
    'segments.previous': ['Q', 'Alt+↑'],
    'segments.next': ['W', 'Alt+↓'],
    'viewer.tool.navigate': ['Esc'],
    'viewer.tool.window': [],
    'viewer.tool.brush': ['2'],
    'viewer.tool.eraser': ['4'],
    'viewer.tool.draw': ['3'],
    'viewer.tool.fill': [],
    'viewer.brush.larger': ['+'],
    'viewer.brush.smaller': ['-'],
    'viewer.slice.previous': ['B', 'Alt+←'],
    'viewer.slice.next': ['F', 'Alt+→'],
    'viewer.zoom.in': [],
    'viewer.zoom.out': [],
    'viewer.window.wider': [],
    'viewer.window.narrower': [],
    'viewer.fit': [],
    'viewer.toggle_segments': ['G'],
  },
  itk_snap: {
    'edit.redo': ['Ctrl+Shift+Z', 'Ctrl+Y'],
    'segments.previous': ['<', 'Alt+↑'],
    'segments.next': ['>', 'Alt+↓'],
    'viewer.tool.navigate': ['1'],
    'viewer.tool.window': [],
    'viewer.tool.brush': ['4'],
    'viewer.tool.eraser': ['E'],
    'viewer.tool.draw': ['3'],
    'viewer.brush.larger': ['+'],
    'viewer.brush.smaller': ['-'],
    'viewer.layout.next_plane': ['\\', 'F9'],
    'viewer.fit': ['Ctrl+F'],
    'viewer.crosshair': ['Shift+X'],
    'viewer.segments.copy_to_previous': [],
    'viewer.segments.copy_to_next': [],
  },
  mitk: {
    'edit.redo': ['Ctrl+Y', 'Ctrl+Shift+Z'],
    'viewer.tool.brush': ['P'],
    'viewer.tool.eraser': ['W'],
    'viewer.brush.sphere': ['Shift+P'],
    'viewer.window.wider': [],
    'viewer.window.narrower': [],
  },
  pacs: {
    'viewer.tool.navigate': ['N'],
    'viewer.tool.window': ['W'],
    'viewer.tool.brush': ['B'],
    'viewer.tool.eraser': ['E'],
    'viewer.tool.draw': ['D'],
    'viewer.tool.fill': ['G'],
    'viewer.window.wider': [],
    'viewer.window.narrower': [],
    'viewer.window.1': ['1'],
    'viewer.window.2': ['2'],
    'viewer.window.3': ['3'],
    'viewer.window.4': ['4'],
    'viewer.window.5': ['5'],
    'viewer.window.6': ['6'],
    'viewer.window.7': ['7'],
    'viewer.window.8': ['8'],
    'viewer.window.9': ['9'],
    'viewer.interpolate': [],
  },
};

/** All keys of a preset, by action. */
export function keysOfPreset(preset: Preset): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries({ ...ANNOTOMY, ...DIFFERENT[preset] }));
}
