/** esbuild hands the loader its style sheet as a minified string. */
declare module '*.css' {
  const text: string;
  export default text;
}
