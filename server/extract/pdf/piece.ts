/** A piece of a line, at its place on the upright page, in points. */
export interface Piece {
  text: string;
  left: number;
  right: number;
  y: number;
  size: number;
  /** A blank stood before it. */
  spaced: boolean;
}
