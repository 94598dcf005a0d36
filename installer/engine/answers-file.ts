export { parseAnswersFile as parseAnswers } from '../config/answers-file.ts';
