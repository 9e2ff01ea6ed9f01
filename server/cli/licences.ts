import { writeFileSync } from 'node:fs';
import { projectPath } from '../lib/paths.ts';
import { allowedLicences, licencesOf, licencesPage } from '../supply/licences.ts';

/** `npm run licences`: writes the list of what runs in production, and fails where a licence is not allowed. */
const licensed = licencesOf();
const file = projectPath('docs', 'licences.md');
writeFileSync(file, licencesPage(licensed));
process.stdout.write(`${licensed.length} packages are in ${file}\n`);
const refused = licensed.filter(({ licence }) => !allowedLicences.includes(licence));
for (const { name, licence } of refused) process.stdout.write(`not allowed  ${name}  ${licence || 'names none'}\n`);
if (refused.length > 0) process.exitCode = 1;
