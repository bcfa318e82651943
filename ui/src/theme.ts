import {
  createTheme,
  defaultVariantColorsResolver,
  type CSSVariablesResolver,
  type VariantColorsResolver,
} from '@mantine/core';
import { PatientButton } from './parts/patient-button';

/** Filled buttons are dark with white words on light, light with dark words on dark: Mantine looks at the light shade only. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  return input.variant === 'filled' ? { ...colors, color: 'var(--on-filled)' } : colors;
};

/** The look of reference/page-design §2 in Mantine's terms; colours are in `page.css`, which knows both schemes. */
export const theme = createTheme({
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  primaryColor: 'psa',
  primaryShade: { light: 8, dark: 3 },
  colors: {
    psa: ['#e7f1fb', '#d0e4f7', '#a5d0f7', '#74c0fc', '#4dabf7', '#339af0', '#228be6', '#1c7ed6', '#1864ab', '#145591'],
  },
  autoContrast: true,
  variantColorResolver,
  defaultRadius: 6,
  respectReducedMotion: true,
  focusRing: 'never',
  fontSizes: { xs: '0.78125rem', sm: '0.875rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  headings: { fontWeight: '600' },
  components: {
    Button: {
      defaultProps: { size: 'xs', component: PatientButton },
      // Buttons inside rows are many: smaller, and no louder than the text beside them.
      vars: (_: unknown, { size }: { size?: unknown }) => {
        const inRow = typeof size === 'string' && size.startsWith('compact');
        return {
          root: {
            '--button-height': inRow ? '28px' : '32px',
            '--button-fz': inRow ? '0.8125rem' : '0.875rem',
            '--button-padding-x': inRow ? '8px' : '14px',
          },
        };
      },
      styles: (_: unknown, { size }: { size?: unknown }) => ({
        root: { fontWeight: typeof size === 'string' && size.startsWith('compact') ? 400 : 600 },
      }),
    },
    TextInput: { defaultProps: { size: 'xs' } },
    PasswordInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    NativeSelect: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    Radio: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs', iconColor: 'var(--on-filled)' } },
    Switch: { defaultProps: { size: 'xs' } },
    Modal: { defaultProps: { centered: true, transitionProps: { duration: 0 } } },
    // A dialog's head is no banner of the page.
    ModalHeader: { defaultProps: { role: 'none' } },
    DrawerHeader: { defaultProps: { role: 'none' } },
    // Below dialogs: one may be opened from it.
    Drawer: { defaultProps: { zIndex: 150, transitionProps: { duration: 0 } } },
    // Opened with a key, a menu has the focus on its first item.
    Menu: { defaultProps: { transitionProps: { duration: 0 }, shadow: 'md', withInitialFocusPlaceholder: false } },
    Tooltip: { defaultProps: { openDelay: 300, transitionProps: { duration: 0 } } },
  },
});

/** Mantine's own colour words, pointed at ours. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--on-filled': '#ffffff',
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': '#1f2328',
    '--mantine-color-dimmed': '#57606a',
    '--mantine-color-placeholder': '#6b7480',
    '--mantine-color-default-border': '#858f99',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-anchor': '#1864ab',
    '--input-bd': '#858f99',
  },
  dark: {
    '--on-filled': '#0b1a28',
    '--mantine-color-body': '#1b1d20',
    '--mantine-color-text': '#e6e8eb',
    '--mantine-color-dimmed': '#a3abb5',
    '--mantine-color-placeholder': '#949ca6',
    '--mantine-color-default-border': '#737b85',
    '--mantine-color-default': '#23262a',
    '--mantine-color-error': '#ff9d94',
    '--mantine-color-anchor': '#74c0fc',
    '--input-bd': '#737b85',
  },
});
