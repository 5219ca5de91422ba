/** Nothing is changed while the past is shown: one gate for every way to change a document. */
import { HostError, withDoors, type CommandName, type Host } from '../host';

const CHANGES: ReadonlySet<CommandName> = new Set<CommandName>([
  'edit',
  'undo',
  'redo',
  'preview_effect',
  'apply_preview',
  'accept_part',
  'run_effect',
  'redraw_outline',
  'import_segments',
  'copy_segments',
  'interpolate_shapes',
  'delete_interpolated',
  'choose_scope',
]);

/** A host that calls changes off while `isClosed` says so; `onRefused` tells why. */
export function readOnlyWhile(host: Host, isClosed: () => boolean, onRefused: () => void): Host {
  return withDoors(host, {
    call: async (command, request) => {
      if (!CHANGES.has(command) || !isClosed()) return host.call(command, request);
      onRefused();
      // Called off, not failed: nothing that was done is at risk.
      throw new HostError({ code: 'cancelled', message: 'the past is shown', hint: null });
    },
    bytes: (question, options) => host.bytes(question, options),
  });
}
