/** Commands over HTTP without a browser, as the page sends them. */

/** Logs in with the address that the server printed. */
export async function login(address) {
  const { origin } = new URL(address);
  const answer = await fetch(address, { redirect: 'manual' });
  const cookie = answer.headers.get('set-cookie')?.split(';')[0];
  if (cookie === undefined) throw new Error(`${origin} set no cookie`);
  return {
    /** Status and body; refusals are answers too. */
    async call(command, request) {
      const response = await fetch(`${origin}/api/${command}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', cookie, origin },
        body: JSON.stringify(request),
      });
      return { status: response.status, body: await response.json() };
    },
  };
}

/** Opens the sample, adds a segment and answers with what is needed to paint. */
export async function openSampleOver(client) {
  const study = await client.call('open_sample', { job: 'study' });
  const { body: image } = await client.call('open_image', { job: 'image', series: study.body.series[0].id });
  const { document } = image;
  const edit = { type: 'add_segment', name: 'Test', color: '#3366ff' };
  const added = await client.call('edit', { document, edit });
  return { image, document, segment: added.body.document.segments[0].id };
}

/** A round stroke around a voxel in the axial slice through it. */
export function strokeAt({ image, document, segment }, index, radius_mm) {
  const point = image.lps_from_index
    .slice(0, 3)
    .map((row) => row[3] + index.reduce((sum, n, axis) => sum + row[axis] * n, 0));
  return {
    document,
    edit: {
      type: 'stroke', segment, mode: 'paint', shape: 'sphere', radius_mm,
      path: [point], slice_axis: 2, slice_index: index[2], overwrite: 'all',
    },
  };
}
