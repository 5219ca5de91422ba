/** English texts of everything around the viewer. Keys are `area.thing`. */
export const appMessages = {
  'app.name': 'Annotomy',
} as const;
