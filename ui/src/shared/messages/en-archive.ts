/** English texts of archives: libraries as one file. */
export const archiveMessages = {
  'archive.pick': 'Choose an archive: a file that ends in .annotomy.',
  'archive.file_name': 'library.annotomy',
  'archive.save_title': 'Save archive',
  'archive.save_intro':
    'One file with every annotation and the whole audit log, to be opened on another machine. It is read back and checked before it counts as saved.',
  'archive.save': 'Save archive',
  'archive.saved': 'Saved and checked',
  'archive.save_failed': 'Not saved',
  'archive.empty': 'The library holds no annotations yet.',
  'archive.documents': 'Documents',
  'archive.no_segments': 'No segments',
  'archive.of_volume': '{name}, volume {n}',
  'archive.n_records_one': '{n} record',
  'archive.n_records_other': '{n} records',
  'archive.part_hint':
    'Of the records of other documents only the hashes go in: what they say stays here, and the chain can still be followed.',
  'archive.include_images': 'Include the image files ({size} MiB)',
  'archive.images_in':
    'Image files go in byte for byte, with the names and identifiers of patients that they hold.',
  'archive.images_out':
    'Without them, an annotation finds its image by content where that image is opened.',
  'archive.images_missing':
    '{n} image(s) were not found and cannot go in. Open them once, then save the archive.',
  'archive.path': 'File',
  'archive.path_hint': 'A full path that ends in .annotomy',
  'archive.of': '{done} of {total} MiB',
  'archive.saved_at': 'Saved',
  'archive.withheld': '{n} of them by their hash only',
  'archive.classifiers': 'Classifiers',
  'archive.images': 'Image files',
  'archive.no_images': 'None; images are known by content',
  'archive.image_files': '{n} image(s), {size} MiB',
  'archive.head_hint': 'Compare it with what the sender tells you by another way.',

  'archive.open_title': 'Open archive',
  'archive.checking': 'Checking every entry, record and voxel',
  'archive.opening': 'Opening',
  'archive.holds': 'Everything in it holds',
  'archive.into_own': 'Your library is empty: the archive becomes your library.',
  'archive.beside':
    'Your library holds {n} records. Two logs are never mixed, since that would change the records of one of them: the archive becomes a library of its own, beside yours.',
  'archive.data_folder': 'Folder for its library',
  'archive.data_folder_hint': 'A full path. The folder is made if it is not there.',
  'archive.image_folder': 'Folder for its images',
  'archive.image_folder_default': 'images, beside the library',
  'archive.open': 'Open archive',
  'archive.opened': 'Opened and checked',
  'archive.open_failed': 'Not opened',
  'archive.go_there': 'Go to this library',
  'archive.images_are_recent': 'Its images are among the recent studies.',
  'archive.fault': 'This archive was damaged or changed',
  'archive.fault_hint': 'Nothing of it was opened. Ask the sender for another copy.',

  'library.other': 'This is not your own library, but one that you went over to.',
  'library.back': 'Back to my library',
  'library.pick': 'Choose the folder that holds the library.',
} as const;
