/** The commands every host answers: name, request and response (`POST /api/{name}`). */

import type {
  AuditLog,
  AuditLogRequest,
  AuditVerification,
  CancelRequest,
  Document,
  DocumentRequest,
  EditRequest,
  EditResponse,
  Exported,
  ExportLabelsRequest,
  Folder,
  History,
  HistoryRequest,
  Home,
  Image,
  ImageRequest,
  ListFolderRequest,
  Metadata,
  MetadataRequest,
  Nothing,
  OpenImageRequest,
  OpenSampleRequest,
  OpenStudyRequest,
  Statistics,
  Study,
} from './wire';

export interface Commands {
  home: { request: Nothing; response: Home };
  open_study: { request: OpenStudyRequest; response: Study };
  open_sample: { request: OpenSampleRequest; response: Study };
  cancel: { request: CancelRequest; response: Nothing };
  list_folder: { request: ListFolderRequest; response: Folder };
  open_image: { request: OpenImageRequest; response: Image };
  image: { request: ImageRequest; response: Image };
  metadata: { request: MetadataRequest; response: Metadata };
  document: { request: DocumentRequest; response: Document };
  edit: { request: EditRequest; response: EditResponse };
  undo: { request: DocumentRequest; response: EditResponse };
  redo: { request: DocumentRequest; response: EditResponse };
  history: { request: HistoryRequest; response: History };
  statistics: { request: DocumentRequest; response: Statistics };
  export_labels: { request: ExportLabelsRequest; response: Exported };
  audit_log: { request: AuditLogRequest; response: AuditLog };
  audit_verify: { request: Nothing; response: AuditVerification };
}

export type CommandName = keyof Commands;
export type RequestOf<C extends CommandName> = Commands[C]['request'];
export type ResponseOf<C extends CommandName> = Commands[C]['response'];
