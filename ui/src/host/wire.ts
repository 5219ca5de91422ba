export type OperationKind = "create_document" | "add_segment" | "rename_segment" | "recolor_segment" | "set_visibility" | "set_opacity" | "set_lock" | "move_segment" | "delete_segment" | "paint" | "erase" | "undo" | "redo" | "export";
export type OperationName = { kind: OperationKind; segment?: string | null };
export type Segment = { id: string; name: string; color: string; is_visible: boolean; opacity: number; is_locked: boolean; layer: number; label: number };
export type Document = { id: string; revision: number; segments: Segment[]; n_layers: number; undo?: OperationName | null; redo?: OperationName | null; suggested_export_path: string };
export type DocumentRequest = { document: string };
export type Stroke = { segment: string; mode: StrokeMode; shape: BrushShape; radius_mm: number; path: [number, number, number][]; slice_axis: number; slice_index: number; overwrite: OverwriteRule };
export type StrokeMode = "paint" | "erase";
export type BrushShape = "round" | "sphere";
export type OverwriteRule = "all" | "none" | "visible";
export type Edit =
  | { type: "add_segment"; name: string; color: string }
  | { type: "rename_segment"; segment: string; name: string }
  | { type: "recolor_segment"; segment: string; color: string }
  | { type: "set_visibility"; segment: string; is_visible: boolean }
  | { type: "set_opacity"; segment: string; opacity: number }
  | { type: "set_lock"; segment: string; is_locked: boolean }
  | { type: "move_segment"; segment: string; position: number }
  | { type: "delete_segment"; segment: string }
  | ({ type: "stroke" } & Stroke);
export type EditRequest = { document: string; edit: Edit };
export type Region = { min: [number, number, number]; max: [number, number, number] };
export type EditResponse = { document: Document; region?: Region | null };
export type HistoryRequest = { document: string; before?: number | null; limit: number };
export type HistoryEntry = { sequence: number; at: string; by: string; operation: OperationName; is_undone: boolean };
export type History = { entries: HistoryEntry[] };
export type SegmentStatistics = { segment: string; n_voxels: number; volume_ml: number; mean?: number | null; standard_deviation?: number | null };
export type Statistics = { revision: number; unit?: string | null; segments: SegmentStatistics[] };
export type ExportLabelsRequest = { document: string; path: string; replace_existing: boolean };
export type Exported = { path: string; sidecar: string; n_voxels: number };
export type AuditLogRequest = { after?: number | null; limit?: number | null };
export type AuditRecord = { sequence: number; at: string; by: string; document: string; operation: OperationName; target?: number | null; n_voxels: number; hash: string };
export type AuditLog = { records: AuditRecord[] };
export type AuditFault = { sequence: number; reason: string };
export type AuditVerification = { n_records: number; n_bricks: number; head?: string | null; first_fault?: AuditFault | null };
export type BytesRequest =
  | { kind: "slice"; request: number; image: string; axis: number; index: number }
  | { kind: "labels"; request: number; document: string; layer: number; axis: number; index: number }
  | { kind: "thumbnail"; request: number; series: string };
export type ErrorCode = "invalid_request" | "not_found" | "bad_input" | "unsupported" | "limit" | "not_permitted" | "conflict" | "io" | "storage_full" | "cancelled" | "internal";
export type WireError = { code: ErrorCode; message: string; hint?: string | null };
export type Stage = "scanning" | "decoding";
export type Event =
  | { type: "progress"; job: string; stage: Stage; done: number; total: number }
  | { type: "image_ready"; image: string }
  | { type: "image_failed"; image: string; error: WireError }
  | { type: "document_changed"; document: string; revision: number; by: string; region?: Region | null };
export type OpenImageRequest = { job: string; series: string };
export type ImageRequest = { image: string };
export type Rescale = { slope: number; intercept: number };
export type Window = { center: number; width: number };
export type WindowName = "brain" | "subdural" | "bone" | "lung" | "abdomen" | "mediastinum" | "file" | "automatic" | "full_range";
export type WindowPreset = { name: WindowName; window: Window };
export type PlaneName = "axial" | "sagittal" | "coronal";
export type EdgeLetters = { left: string; right: string; top: string; bottom: string };
export type Plane = { name: PlaneName; slice_axis: number; column_axis: number; is_column_flipped: boolean; row_axis: number; is_row_flipped: boolean; letters: EdgeLetters };
export type Severity = "note" | "warning" | "error";
export type Finding = { code: string; severity: Severity; message: string; file?: string | null };
export type Image = { id: string; document: string; modality: string; description: string; size: [number, number, number]; spacing_mm: [number, number, number]; lps_from_index: number[][]; scalar_type: string; rescale: Rescale; unit?: string | null; planes: Plane[]; first_slice: number; is_ready: boolean; value_range?: [number, number] | null; window: Window; window_presets: WindowPreset[]; report: Finding[] };
export type MetadataRequest = { image: string; slice: number };
export type Element = { tag: string; name: string; vr: string; value: string; items: Element[][]; varies: boolean };
export type Metadata = { file: string; elements: Element[] };
export type RecentStudy = { path: string; title: string; modality: string; n_series: number; opened_at: string; exists: boolean };
export type Home = { version: string; user: string; library_path: string; has_sample: boolean; recent: RecentStudy[] };
export type OpenStudyRequest = { job: string; paths: string[] };
export type OpenSampleRequest = { job: string };
export type CancelRequest = { job: string };
export type Series = { id: string; modality: string; description: string; size: [number, number, number]; n_volumes: number; spacing_mm: [number, number, number]; scalar_type: string; n_files: number; is_annotated: boolean; report: Finding[] };
export type Study = { title: string; path: string; series: Series[]; report: Finding[] };
export type ListFolderRequest = { path?: string | null };
export type FolderEntry = { name: string; path: string; is_folder: boolean };
export type Folder = { path: string; parent?: string | null; entries: FolderEntry[] };
export type Nothing = Record<string, never>;
