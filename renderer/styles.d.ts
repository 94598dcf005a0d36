// Style sheets are built by vite; TypeScript only has to know that they may be imported.
declare module '*.css';
declare module '@fontsource-variable/golos-text';
