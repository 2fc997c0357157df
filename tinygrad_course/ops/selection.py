"""Elements chosen by position or condition: take, choose, select, diagonals and triangles."""
