export { type PlatformChoice, parsePlatforms } from './images/platform.ts';
