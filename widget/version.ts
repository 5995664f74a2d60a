/** The version of the widget, the same as the package's. A page can hold two copies; this tells them apart. */
export const version = '0.1.0';
